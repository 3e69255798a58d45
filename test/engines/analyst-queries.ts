/** Where the two dialects part: what one wants to do, and the words of each, as they stand in the query's two forms. */
export interface Difference {
  readonly to: string
  readonly duckdb: string
  readonly athena: string
}

export interface AnalystQuery {
  readonly title: string
  /** As DuckDB reads it, and Athena too where nothing differs. The order of its rows is total. */
  readonly sql: string
  /** Athena's words for each of DuckDB's that it doesn't read in the same way: the table in README. */
  readonly differences?: readonly Difference[]
  /** How far numbers may lie apart, relatively, where both engines estimate. Else only doubles may, by 1e-9. */
  readonly tolerance?: number
}

/** The query in Athena's words; all but for one difference where one is named, which stays in DuckDB's. */
export const inAthena = ({ sql, differences = [] }: AnalystQuery, except?: Difference): string =>
  differences
    .filter((difference) => difference !== except)
    .reduce((text, { duckdb, athena }) => text.replaceAll(duckdb, () => athena), sql)

/** What an analyst asks the views; every one is run on both engines. */
export const ANALYST_QUERIES: readonly AnalystQuery[] = [
  {
    title: 'conversion of a brand in views',
    sql: `select month, brand, purchases / views as rate from ecommerce.brand_sales
          where views >= 20 order by month, brand`,
    differences: [
      {
        to: 'divide whole numbers as a rate',
        duckdb: 'purchases / views',
        athena: 'cast(purchases as double) / views',
      },
    ],
  },
  {
    title: 'value of an order by weekday',
    sql: `select isodow(event_date) as weekday, sum(revenue) / sum(orders) as value
          from ecommerce.sales_per_day where orders > 0 group by 1 order by 1`,
    differences: [
      { to: 'get the ISO weekday', duckdb: 'isodow(event_date)', athena: 'day_of_week(event_date)' },
      {
        to: 'divide money',
        duckdb: 'sum(revenue) / sum(orders)',
        athena: 'cast(sum(revenue) as double) / sum(orders)',
      },
    ],
  },
  {
    title: 'the first full week',
    sql: `select event_date, unique_visitors, sessions from ecommerce.unique_visitors_per_day
          where event_date >= '2019-10-07' and event_date < date '2019-10-14' order by event_date`,
    differences: [
      {
        to: 'compare with a date',
        duckdb: "event_date >= '2019-10-07'",
        athena: "event_date >= date '2019-10-07'",
      },
    ],
  },
  {
    title: 'about how many visitors a month',
    sql: `select strftime(event_time, '%Y-%m') as month, approx_count_distinct(user_id) as visitors
          from ecommerce.user_activity group by 1 order by 1`,
    tolerance: 0.2,
    differences: [
      { to: 'count roughly', duckdb: 'approx_count_distinct(user_id)', athena: 'approx_distinct(user_id)' },
      {
        to: 'format a time',
        duckdb: "strftime(event_time, '%Y-%m')",
        athena: "date_format(event_time, '%Y-%m')",
      },
    ],
  },
  {
    title: 'the middle price of what is bought in a category',
    sql: `select split_part(category_code, '.', 1) as main, count(*) as purchases, approx_quantile(price, 0.5) as median
          from ecommerce.user_activity where event_type = 'purchase' and category_code is not null
          group by 1 having count(*) >= 50 order by 1`,
    tolerance: 0.1,
    differences: [
      {
        to: 'estimate a quantile',
        duckdb: 'approx_quantile(price, 0.5)',
        athena: 'approx_percentile(price, 0.5)',
      },
    ],
  },
  {
    title: 'mean price by type of event',
    sql: `select event_type, avg(price) as mean from ecommerce.user_activity group by event_type order by event_type`,
    differences: [
      {
        to: 'take the mean of money unrounded',
        duckdb: 'avg(price)',
        athena: 'avg(cast(price as double))',
      },
    ],
  },
  {
    title: 'the two best brands of each month and category',
    sql: `select month, main, brand, revenue from (
            select p.month, split_part(p.category, '.', 1) as main, p.brand, sum(p.revenue) as revenue,
              row_number() over (partition by p.month, split_part(p.category, '.', 1) order by sum(p.revenue) desc, p.brand) as place
            from ecommerce.product_sales p where p.brand is not null group by 1, 2, 3) ranked
          where place <= 2 and revenue > 0 order by month, main, place`,
  },
  {
    title: 'brands that need marketing beside their sales',
    sql: `select m.month, m.brand, m.rank, s.best_rank, s.revenue - m.revenue as difference
          from ecommerce.brands_needing_marketing m
          join ecommerce.brand_sales s on s.month = m.month and s.brand = m.brand
          order by m.month, m.rank`,
  },
  {
    title: 'revenue so far, and against the day before',
    sql: `select event_date, revenue, sum(revenue) over (order by event_date) as so_far,
            revenue - lag(revenue) over (order by event_date) as change
          from ecommerce.sales_per_day order by event_date`,
  },
  {
    title: 'visitors in a moving week',
    sql: `select event_date, avg(cast(unique_visitors as double)) over (
            order by event_date rows between 6 preceding and current row) as mean
          from ecommerce.unique_visitors_per_day order by event_date`,
  },
  {
    title: 'the busiest hours in Moscow',
    sql: `select hour(event_time at time zone 'UTC' at time zone 'Europe/Moscow') as moscow_hour, count(*) as events
          from ecommerce.user_activity group by 1 order by 1`,
  },
  {
    title: 'events of a local day in New York, over the end of summer time',
    sql: `select cast(event_hour at time zone 'UTC' at time zone 'America/New_York' as date) as local_date, sum(events) as events
          from ecommerce.events_by_time_and_category where event_hour >= timestamp '2019-11-01 00:00:00'
            and event_hour < timestamp '2019-11-01 00:00:00' + interval '5' day
          group by 1 order by 1`,
  },
  {
    title: 'the funnel by session',
    sql: `select count(*) as sessions, count(*) filter (where carts > 0) as with_cart,
            count(*) filter (where carts > 0 and purchases > 0) as with_both
          from (select user_session, count(*) filter (where event_type = 'cart') as carts,
              count(*) filter (where event_type = 'purchase') as purchases
            from ecommerce.user_activity where user_session is not null group by user_session) s`,
  },
  {
    title: 'how long frequent visitors stay with us',
    sql: `select month, rank, user_id, date_sub('day', first_seen, last_seen) as days, epoch(last_seen) as last
          from ecommerce.frequent_visitors where rank <= 50 order by month, rank`,
    differences: [
      {
        to: 'count whole days between two times',
        duckdb: "date_sub('day', first_seen, last_seen)",
        athena: "date_diff('day', first_seen, last_seen)",
      },
      { to: 'get seconds since 1970', duckdb: 'epoch(last_seen)', athena: 'to_unixtime(last_seen)' },
    ],
  },
  {
    title: 'which categories are ever first, as one text an hour',
    sql: `select hour_of_day, string_agg(category, ', ' order by category) as leaders
          from ecommerce.top_categories_by_hour where views_rank = 1 group by hour_of_day order by hour_of_day`,
    differences: [
      {
        to: 'join texts of a group',
        duckdb: "string_agg(category, ', ' order by category)",
        athena: "listagg(category, ', ') within group (order by category)",
      },
    ],
  },
  {
    title: 'a row for every day, also those without sales',
    sql: `select d.day, coalesce(s.items, 0) as items
          from (select cast(day as date) as day from generate_series(date '2019-09-28', date '2019-10-05', interval '1' day) as days(day)) d
          left join ecommerce.sales_per_day s on s.event_date = d.day order by d.day`,
    differences: [
      {
        to: 'make a row for every day',
        duckdb: "generate_series(date '2019-09-28', date '2019-10-05', interval '1' day)",
        athena: "unnest(sequence(date '2019-09-28', date '2019-10-05', interval '1' day))",
      },
    ],
  },
  {
    title: 'carts left behind by weekday, with subtotals',
    sql: `select weekday, hour_of_day, sum(carted) as carted, sum(abandoned_value) as value
          from ecommerce.cart_abandonment group by rollup (weekday, hour_of_day)
          order by weekday nulls last, hour_of_day nulls last`,
  },
  {
    title: 'brands by the beginning of their name',
    sql: `select brand, sum(views) as views from ecommerce.brand_sales
          where brand ilike 'SA%' and regexp_matches(brand, '^[a-z]+$') group by brand order by brand`,
    differences: [
      { to: 'ignore case', duckdb: "brand ilike 'SA%'", athena: "lower(brand) like lower('SA%')" },
      {
        to: 'match a pattern',
        duckdb: "regexp_matches(brand, '^[a-z]+$')",
        athena: "regexp_like(brand, '^[a-z]+$')",
      },
    ],
  },
  {
    title: 'the newest view of each product, as text of its price',
    sql: `select product_id, max(event_time)::varchar as seen, max(price)::varchar as price
          from ecommerce.user_activity where event_type = 'view' and product_id in (
            select product_id from ecommerce.product_sales where best_rank <= 20)
          group by product_id order by product_id`,
    differences: [
      {
        to: 'cast',
        duckdb: 'max(price)::varchar',
        athena: 'cast(max(price) as varchar)',
      },
      {
        to: 'print a time without its fraction',
        duckdb: 'max(event_time)::varchar',
        athena: "date_format(max(event_time), '%Y-%m-%d %H:%i:%s')",
      },
    ],
  },
  {
    title: 'the best week of each category that moves',
    sql: `select week_start, category, events, week_start + 6 as week_end
          from ecommerce.category_movers qualify row_number() over (partition by category order by events desc, week_start) = 1
          order by category`,
    differences: [
      { to: 'add days to a date', duckdb: 'week_start + 6', athena: "date_add('day', 6, week_start)" },
      {
        to: 'filter by a window function',
        duckdb:
          'from ecommerce.category_movers qualify row_number() over (partition by category order by events desc, week_start) = 1',
        athena:
          'from (select *, row_number() over (partition by category order by events desc, week_start) as place from ecommerce.category_movers) where place = 1',
      },
    ],
  },
  {
    title: 'the second page of products',
    sql: `select product_id, sum(revenue) as total from ecommerce.product_sales
          group by product_id order by total desc, product_id limit 10 offset 10`,
    differences: [{ to: 'skip rows', duckdb: 'limit 10 offset 10', athena: 'offset 10 limit 10' }],
  },
  {
    title: 'events by part of the day',
    sql: `select hour_of_day // 6 as part, sum(carted) as carted from ecommerce.cart_abandonment group by part order by part`,
    differences: [
      { to: 'divide whole numbers as such', duckdb: 'hour_of_day // 6', athena: 'hour_of_day / 6' },
      { to: 'group by a column that is calculated', duckdb: 'group by part', athena: 'group by 1' },
    ],
  },
]
