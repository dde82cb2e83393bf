from orders.admin.order import OrderAdmin
from orders.admin.stock import StockMovementAdmin

__all__ = ["OrderAdmin", "StockMovementAdmin"]
