select `event_time`, `event_type`, `product_id`, `category_id`, `category_code`, `brand`, `price`, `user_id`, `user_session`, `sent`
 from `judged`
 where `reasons` is null and `left_out` is null
