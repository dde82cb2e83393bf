"""Addresses of the start page, the order journey and a person's orders."""

from django.urls import path

from orders.views import afterwards, check, orders, start, steps

urlpatterns = [
    path("", start.start, name="start"),
    path("order/", steps.OrderView.as_view(), name="order"),
    path("order/cqc/", steps.CqcView.as_view(), name="order_cqc"),
    path("order/ods-code/", steps.OdsCodeView.as_view(), name="order_ods_code"),
    path("order/organisation/", steps.OrganisationView.as_view(), name="order_organisation"),
    path("order/quantity/", steps.QuantityView.as_view(), name="order_quantity"),
    path("order/phone/", steps.PhoneView.as_view(), name="order_phone"),
    path("order/delivery/", steps.DeliveryView.as_view(), name="order_delivery"),
    path("order/check/", check.CheckAnswersView.as_view(), name="order_check"),
    path("orders/", orders.your_orders, name="your_orders"),
    path("orders/<str:reference>/", orders.order_detail, name="order_detail"),
    path("orders/<str:reference>/placed/", orders.order_placed, name="order_placed"),
    path("orders/<str:reference>/again/", afterwards.order_again, name="order_again"),
    path("orders/<str:reference>/address/", afterwards.order_address, name="order_address"),
    path("orders/<str:reference>/problem/", afterwards.order_problem, name="order_problem"),
    path("orders/<str:reference>/cancel/", orders.order_cancel, name="order_cancel"),
]
