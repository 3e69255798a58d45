import { DuckDBInstance } from '@duckdb/node-api'

/** What is measured. */
export type Figure =
  | 'rows'
  | 'views'
  | 'carts'
  | 'purchases'
  | 'sessions'
  | 'events_mean'
  | 'events_median'
  | 'events_p90'
  | 'events_max'
  | 'minutes_median'
  | 'minutes_p90'
  | 'buying_sessions'
  | 'two_user_sessions'
  | 'crawlers'
  | 'over_midnight'
  | 'users'
  | 'sessions_per_user'
  | 'buyers'
  | 'one_order'
  | 'viewed_pairs'
  | 'viewed_and_carted'
  | 'carted_pairs'
  | 'carted_and_bought'
  | 'bought'
  | 'bought_without_cart'
  | 'no_code'
  | 'no_brand'
  | 'no_session'
  | 'categories'
  | 'codes'
  | 'ids_without_code'
  | 'ids_of_shoes'
  | 'smallest_category'
  | 'products'
  | 'brands'
  | 'top_tenth'
  | 'samsung'
  | 'apple'
  | 'xiaomi'
  | 'huawei'
  | 'next_brand'
  | 'smartphone_revenue'
  | 'purchase_price'
  | 'price_mean'
  | 'price_median'
  | 'price_p90'
  | 'price_p99'
  | 'price_max'
  | 'price_zero'
  | 'bought_for_nothing'
  | 'surplus'
  | 'surplus_carts'
  | 'most_copies'
  | 'hour16'
  | 'hour9'
  | 'hour2'
  | 'hour21'
  | 'hour23'
  | 'busiest_hour'
  | 'quietest_hour'
  | 'hour_of_orders'
  | 'quietest_day'
  | 'busiest_day'
  | 'days'
  | 'days_without_purchase'
  | 'unsorted'

/** The figures of a generated file, measured by SQL over its text and nothing else. */
export const measure = async (path: string): Promise<Record<Figure, number>> => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  const connection = await instance.connect()
  try {
    await connection.run(`CREATE TABLE e AS SELECT *, CAST(left(event_time, 19) AS TIMESTAMP) AS t
      FROM read_csv('${path}', all_varchar = false, header = true, types = {'event_time': 'VARCHAR', 'price': 'DOUBLE'})`)
    await connection.run(`CREATE TABLE s AS SELECT user_session, count(*) AS events, count(DISTINCT user_id) AS users,
      date_diff('second', min(t), max(t)) / 60.0 AS minutes, count(*) FILTER (event_type = 'purchase') AS bought,
      count(DISTINCT product_id) AS products, min(t) AS first, max(t) AS last FROM e WHERE user_session IS NOT NULL GROUP BY 1`)
    await connection.run(`CREATE TABLE pairs AS SELECT user_session, product_id, count(*) FILTER (event_type = 'view') AS viewed,
      count(*) FILTER (event_type = 'cart') AS carted, count(*) FILTER (event_type = 'purchase') AS bought
      FROM e WHERE user_session IS NOT NULL GROUP BY ALL`)
    const reader = await connection.runAndReadAll(`
      WITH d AS (SELECT *, count(*) AS copies FROM e GROUP BY ALL HAVING count(*) > 1),
      u AS (SELECT user_id, count(DISTINCT user_session) AS sessions,
        count(DISTINCT user_session) FILTER (event_type = 'purchase') AS orders FROM e GROUP BY 1),
      p AS (SELECT product_id, count(*) AS views FROM e WHERE event_type = 'view' GROUP BY 1),
      r AS (SELECT views, row_number() OVER (ORDER BY views DESC) AS n, count(*) OVER () AS all_n FROM p),
      h AS (SELECT hour(t) AS h, count(*) AS n, count(*) FILTER (event_type = 'purchase') AS bought FROM e GROUP BY 1),
      days AS (SELECT CAST(t AS DATE) AS day, count(*) AS n, count(*) FILTER (event_type = 'purchase') AS bought FROM e GROUP BY 1)
      SELECT
        (SELECT count(*) FROM e) AS rows,
        (SELECT count(*) FILTER (event_type = 'view') FROM e) AS views,
        (SELECT count(*) FILTER (event_type = 'cart') FROM e) AS carts,
        (SELECT count(*) FILTER (event_type = 'purchase') FROM e) AS purchases,
        (SELECT count(*) FROM s) AS sessions,
        (SELECT avg(events) FROM s) AS events_mean,
        (SELECT median(events) FROM s) AS events_median,
        (SELECT quantile_cont(events, 0.9) FROM s) AS events_p90,
        (SELECT max(events) FROM s) AS events_max,
        (SELECT median(minutes) FROM s) AS minutes_median,
        (SELECT quantile_cont(minutes, 0.9) FROM s) AS minutes_p90,
        (SELECT avg(CAST(bought > 0 AS INT)) FROM s) AS buying_sessions,
        (SELECT count(*) FILTER (users > 1) FROM s) AS two_user_sessions,
        (SELECT count(*) FILTER (products = events AND events >= 100) FROM s) AS crawlers,
        (SELECT count(*) FILTER (CAST(first AS DATE) <> CAST(last AS DATE)) FROM s) AS over_midnight,
        (SELECT count(*) FROM u) AS users,
        (SELECT avg(sessions) FROM u) AS sessions_per_user,
        (SELECT avg(CAST(orders > 0 AS INT)) FROM u) AS buyers,
        (SELECT avg(CAST(orders = 1 AS INT)) FROM u WHERE orders > 0) AS one_order,
        (SELECT count(*) FILTER (viewed > 0) FROM pairs) AS viewed_pairs,
        (SELECT count(*) FILTER (viewed > 0 AND carted > 0) FROM pairs) AS viewed_and_carted,
        (SELECT count(*) FILTER (carted > 0) FROM pairs) AS carted_pairs,
        (SELECT count(*) FILTER (carted > 0 AND bought > 0) FROM pairs) AS carted_and_bought,
        (SELECT sum(bought) FROM pairs) AS bought,
        (SELECT sum(bought) FILTER (carted = 0) FROM pairs) AS bought_without_cart,
        (SELECT avg(CAST(category_code IS NULL AS INT)) FROM e) AS no_code,
        (SELECT avg(CAST(brand IS NULL AS INT)) FROM e) AS no_brand,
        (SELECT count(*) FROM e WHERE user_session IS NULL) AS no_session,
        (SELECT count(DISTINCT category_id) FROM e) AS categories,
        (SELECT count(DISTINCT category_code) FROM e) AS codes,
        (SELECT count(DISTINCT category_id) FROM e WHERE category_code IS NULL) AS ids_without_code,
        (SELECT count(DISTINCT category_id) FROM e WHERE category_code = 'apparel.shoes') AS ids_of_shoes,
        (SELECT min(category_id) FROM e) AS smallest_category,
        (SELECT count(DISTINCT product_id) FROM e) AS products,
        (SELECT count(DISTINCT brand) FROM e) AS brands,
        (SELECT sum(views) FILTER (n <= all_n / 10) / sum(views) FROM r) AS top_tenth,
        (SELECT avg(CAST(coalesce(brand, '') = 'samsung' AS INT)) FROM e) AS samsung,
        (SELECT avg(CAST(coalesce(brand, '') = 'apple' AS INT)) FROM e) AS apple,
        (SELECT avg(CAST(coalesce(brand, '') = 'xiaomi' AS INT)) FROM e) AS xiaomi,
        (SELECT avg(CAST(coalesce(brand, '') = 'huawei' AS INT)) FROM e) AS huawei,
        (SELECT max(n) FROM (SELECT count(*) AS n FROM e WHERE brand NOT IN ('samsung', 'apple', 'xiaomi', 'huawei') GROUP BY brand))
          / (SELECT count(*) FROM e) AS next_brand,
        (SELECT sum(price) FILTER (category_code = 'electronics.smartphone') / sum(price) FROM e WHERE event_type = 'purchase') AS smartphone_revenue,
        (SELECT avg(price) FROM e WHERE event_type = 'purchase') AS purchase_price,
        (SELECT avg(price) FROM e) AS price_mean,
        (SELECT median(price) FROM e) AS price_median,
        (SELECT quantile_cont(price, 0.9) FROM e) AS price_p90,
        (SELECT quantile_cont(price, 0.99) FROM e) AS price_p99,
        (SELECT max(price) FROM e) AS price_max,
        (SELECT avg(CAST(price = 0 AS INT)) FROM e) AS price_zero,
        (SELECT count(*) FROM e WHERE price = 0 AND event_type = 'purchase') AS bought_for_nothing,
        (SELECT coalesce(sum(copies - 1), 0) FROM d) AS surplus,
        (SELECT coalesce(sum(copies - 1) FILTER (event_type = 'cart'), 0) FROM d) AS surplus_carts,
        (SELECT max(copies) FROM d) AS most_copies,
        (SELECT n FROM h WHERE h = 16) / (SELECT count(*) FROM e) AS hour16,
        (SELECT n FROM h WHERE h = 9) / (SELECT count(*) FROM e) AS hour9,
        (SELECT n FROM h WHERE h = 2) / (SELECT count(*) FROM e) AS hour2,
        (SELECT n FROM h WHERE h = 21) / (SELECT count(*) FROM e) AS hour21,
        (SELECT n FROM h WHERE h = 23) / (SELECT count(*) FROM e) AS hour23,
        (SELECT h FROM h ORDER BY n DESC LIMIT 1) AS busiest_hour,
        (SELECT h FROM h ORDER BY n LIMIT 1) AS quietest_hour,
        (SELECT h FROM h ORDER BY bought DESC LIMIT 1) AS hour_of_orders,
        (SELECT min(n) FROM days) AS quietest_day,
        (SELECT max(n) FROM days) AS busiest_day,
        (SELECT count(*) FROM days) AS days,
        (SELECT count(*) FILTER (bought = 0) FROM days) AS days_without_purchase,
        (SELECT count(*) FROM (SELECT t < lag(t) OVER (ORDER BY rowid) AS back FROM e) WHERE back) AS unsorted`)
    const [row] = reader.getRowObjectsJS()
    const figures = Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)])
    return Object.fromEntries(figures) as Record<Figure, number>
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}
