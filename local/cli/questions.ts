/** A question that the batch side answers, with the query that an analyst would write. */
export interface Question {
  readonly title: string
  readonly sql: string
}

const latest = (view: string): string => `month = (select max(month) from ecommerce.${view})`

/** The questions of the reference architecture, each as a short table for the newest month. */
export const QUESTIONS: readonly Question[] = [
  {
    title: 'How many people come a day? (last seven days)',
    sql: `select event_date, unique_visitors, sessions, events, views, carts, purchases
          from ecommerce.unique_visitors_per_day order by event_date desc limit 7`,
  },
  {
    title: 'When are carts left behind? (hours with the most value left)',
    sql: `select hour_of_day, sum(carted) as carted, sum(abandoned) as abandoned,
            cast(sum(abandoned) as double) / nullif(sum(carted), 0) as abandonment_rate,
            sum(abandoned_value) as abandoned_value
          from ecommerce.cart_abandonment group by hour_of_day
          order by abandoned_value desc, hour_of_day limit 5`,
  },
  {
    title: 'On which weekdays? (1 = Monday)',
    sql: `select weekday, sum(carted) as carted, sum(abandoned) as abandoned,
            cast(sum(abandoned) as double) / nullif(sum(carted), 0) as abandonment_rate,
            sum(abandoned_value) as abandoned_value
          from ecommerce.cart_abandonment group by weekday order by weekday`,
  },
  {
    title: 'Which categories lead at the busiest hour?',
    sql: `select hour_of_day, category, views, purchases, revenue, views_rank
          from ecommerce.top_categories_by_hour
          where ${latest('top_categories_by_hour')} and views_rank <= 5
            and hour_of_day = (select hour_of_day from ecommerce.top_categories_by_hour
              where ${latest('top_categories_by_hour')}
              group by hour_of_day order by sum(views) desc, hour_of_day limit 1)
          order by views_rank`,
  },
  {
    title: 'Which categories lead on Mondays and on Saturdays?',
    sql: `select weekday, category, views, purchases, revenue, views_rank
          from ecommerce.top_categories_by_weekday
          where ${latest('top_categories_by_weekday')} and views_rank <= 3 and weekday in (1, 6)
          order by weekday, views_rank`,
  },
  {
    title: 'Which brands need more marketing?',
    sql: `select rank, brand, views, purchases, revenue, conversion_rate, reach_index, opportunity_revenue
          from ecommerce.brands_needing_marketing where ${latest('brands_needing_marketing')}
          order by rank limit 5`,
  },
  {
    title: 'Which categories move up and down? (newest full week)',
    sql: `select week_start, category, events, previous_events, change_rate, top_rank, bottom_rank
          from ecommerce.category_movers
          where week_start = (select max(week_start) from ecommerce.category_movers)
            and (top_rank <= 3 or bottom_rank <= 3)
          order by top_rank`,
  },
  {
    title: 'How do categories grow over four weeks?',
    sql: `select week_start, events, growth_rate_4w from ecommerce.category_growth
          order by week_start desc limit 5`,
  },
  {
    title: 'How many events by time, category and type? (largest)',
    sql: `select event_hour, category, event_type, events from ecommerce.events_by_time_and_category
          order by events desc, event_hour, category, event_type limit 5`,
  },
  {
    title: 'Which products sell best?',
    sql: `select best_rank, product_id, category, brand, views, purchases, revenue from ecommerce.product_sales
          where ${latest('product_sales')} order by best_rank limit 5`,
  },
  {
    title: 'Which products sell worst? (of those with 30 views or more)',
    sql: `select worst_rank, product_id, category, brand, views, purchases, revenue from ecommerce.product_sales
          where ${latest('product_sales')} and views >= 30 order by worst_rank limit 5`,
  },
  {
    title: 'Which brands sell best?',
    sql: `select best_rank, brand, views, purchases, revenue from ecommerce.brand_sales
          where ${latest('brand_sales')} order by best_rank limit 5`,
  },
  {
    title: 'Who visits most often?',
    sql: `select rank, user_id, active_days, sessions, events, purchases, revenue from ecommerce.frequent_visitors
          where ${latest('frequent_visitors')} order by rank limit 5`,
  },
  {
    title: 'What is sold a day? (last seven days)',
    sql: `select event_date, orders, items, revenue, average_order_value, conversion_rate
          from ecommerce.sales_per_day order by event_date desc limit 7`,
  },
]
