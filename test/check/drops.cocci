// Every call that drops a packet or sends a reset, for spatch: the lines come out marked with a minus.
@drop@
identifier f =~ "^(kfree_skb|kfree_skb_reason|sk_skb_reason_drop|kfree_skb_list|kfree_skb_list_reason|dev_kfree_skb_any|dev_kfree_skb_any_reason|dev_kfree_skb_irq|dev_kfree_skb_irq_reason)$";
@@
* f(...)

@reset@
identifier g =~ "send_(active_)?reset6?$";
@@
* g(...)

@resetByField@
expression e;
identifier h =~ "^send_reset$";
@@
* e->h(...)

@resetOfTable@
expression e;
identifier h =~ "^send_reset$";
@@
* e.h(...)
