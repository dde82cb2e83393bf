"""The least a Django view can be that writes what placing an order writes: the floor that the portal is measured against."""
