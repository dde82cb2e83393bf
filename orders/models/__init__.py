from orders.models.draft import OrderDraft
from orders.models.event import OrderEvent
from orders.models.order import Order
from orders.models.problem import OrderProblem
from orders.models.stock import StockBalance, StockMovement

__all__ = ["Order", "OrderDraft", "OrderEvent", "OrderProblem", "StockBalance", "StockMovement"]
