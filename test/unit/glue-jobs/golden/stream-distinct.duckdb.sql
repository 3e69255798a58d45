select "event_time", "event_type", "product_id", "category_id", "category_code", "brand", "price", "user_id", "user_session", count(*) as "copies"
 from "accepted"
 group by "event_time", "event_type", "product_id", "category_id", "category_code", "brand", "price", "user_id", "user_session", "sent"
