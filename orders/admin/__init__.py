from orders.admin.order import OrderAdmin
from orders.admin.problem import OrderProblemAdmin
from orders.admin.stock import StockMovementAdmin

__all__ = ["OrderAdmin", "OrderProblemAdmin", "StockMovementAdmin"]
