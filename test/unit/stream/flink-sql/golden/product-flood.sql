insert into `ecomm_user_activity_stream_2`
select concat_ws('/', 'product-flood', cast(`product_id` as string), date_format(`window_start`, 'yyyy-MM-dd''T''HH:mm:ss'), date_format(`window_end`, 'yyyy-MM-dd''T''HH:mm:ss')) as `id`, 'alert' as `record`, 'product-flood' as `rule`, 'product_id' as `key_column`, cast(`product_id` as string) as `key_value`, window_start as `window_start`, window_end as `window_end`, 'share' as `measure`, `share` as `measure_value`, case when `share` > 4000 then 'high' when `share` > 2500 then 'medium' when `share` > 1500 then 'low' end as `severity`, case when `share` > 4000 then cast(4000 as bigint) when `share` > 2500 then cast(2500 as bigint) when `share` > 1500 then cast(1500 as bigint) end as `threshold`, map['events', `events`, 'users', `users`] as `details`, cast(null as bigint) as `user_id`, cast(null as bigint) as `num_actions_per_watermark`
from (select `part`.`window_start`, `part`.`window_end`, `part`.`product_id`, `part`.`share` * 10000 / traffic as `share`, `part`.`events`, `part`.`users`
from (select *
from (select `window_start`, `window_end`, `window_time`, `product_id`, count(*) as `share`, count(*) as `events`, count(distinct `user_id`) as `users`
from table(tumble(table `ecomm_user_activity_stream_1`, descriptor(`txn_timestamp`), interval '10' second))
group by `window_start`, `window_end`, `window_time`, `product_id`)
where `events` >= 100 and `users` >= 30) as part
join (select `window_start`, `window_end`, `window_time`, count(*) as `traffic`
from table(tumble(table `ecomm_user_activity_stream_1`, descriptor(`txn_timestamp`), interval '10' second))
group by `window_start`, `window_end`, `window_time`) as whole on part.window_start = whole.window_start and part.window_end = whole.window_end)
where `share` > 1500 and `events` >= 100 and `users` >= 30;
