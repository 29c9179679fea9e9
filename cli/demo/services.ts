/** One service of the demo's shop: what it serves, how fast, whom it calls. */
export interface Service {
  name: string
  language: 'go' | 'java' | 'nodejs' | 'python'
  version: string
  routes: readonly { method: string; route: string; medianMs: number }[]
  calls: readonly string[]
  /** Share of requests that fail on an ordinary day. */
  errorShare: number
  errors: readonly DemoError[]
  says: readonly string[]
}

export interface DemoError {
  type: string
  message: string
  stack: readonly string[]
}

const timeout: DemoError = {
  type: 'TimeoutError',
  message: 'upstream did not answer within 2000 ms',
  stack: [
    'at Timeout.onTimeout (/srv/app/http/client.js:118:21)',
    'at listOnTimeout (node:internal/timers:605:17)',
    'at process.processTimers (node:internal/timers:541:7)',
  ],
}
const refusedCard: DemoError = {
  type: 'com.shop.payments.CardDeclinedException',
  message: 'issuer declined the card: insufficient funds',
  stack: [
    'at com.shop.payments.Acquirer.authorize(Acquirer.java:214)',
    'at com.shop.payments.PaymentService.charge(PaymentService.java:97)',
    'at com.shop.payments.PaymentController.post(PaymentController.java:48)',
    'Caused by: com.acquirer.client.ApiException: 402 insufficient_funds',
    'at com.acquirer.client.ApiClient.execute(ApiClient.java:731)',
  ],
}
const deadlock: DemoError = {
  type: 'psycopg.errors.DeadlockDetected',
  message: 'deadlock detected while updating stock',
  stack: [
    'File "/srv/inventory/stock.py", line 88, in reserve',
    'cursor.execute(UPDATE_STOCK, (quantity, sku))',
    'File "/srv/inventory/db.py", line 41, in execute',
  ],
}
const panic: DemoError = {
  type: 'runtime error',
  message: 'invalid memory address or nil pointer dereference',
  stack: [
    'goroutine 812 [running]:',
    'shop/search/index.(*Shard).Lookup(0x0, {0xc0004a6120, 0x9})',
    '/src/search/index/shard.go:131 +0x1c',
    'shop/search/api.(*Server).Search(0xc0001fe000)',
  ],
}

/** In the order in which `--services N` takes them. */
export const allServices: readonly Service[] = [
  {
    name: 'gateway',
    language: 'go',
    version: '2.14.1',
    routes: [
      { method: 'GET', route: '/', medianMs: 12 },
      { method: 'GET', route: '/products/:id', medianMs: 18 },
      { method: 'POST', route: '/cart', medianMs: 24 },
      { method: 'POST', route: '/checkout', medianMs: 60 },
    ],
    calls: ['catalog', 'cart', 'checkout', 'search'],
    errorShare: 0.002,
    errors: [timeout],
    says: ['request served', 'connection reused', 'rate limit bucket refilled'],
  },
  {
    name: 'checkout',
    language: 'nodejs',
    version: '5.3.0',
    routes: [{ method: 'POST', route: '/orders', medianMs: 85 }],
    calls: ['payments', 'inventory', 'cart'],
    errorShare: 0.01,
    errors: [timeout],
    says: ['order placed', 'order total computed', 'voucher applied', 'shipping option chosen'],
  },
  {
    name: 'payments',
    language: 'java',
    version: '1.42.7',
    routes: [
      { method: 'POST', route: '/charges', medianMs: 140 },
      { method: 'POST', route: '/refunds', medianMs: 110 },
    ],
    calls: [],
    errorShare: 0.02,
    errors: [refusedCard, timeout],
    says: ['charge authorized', 'charge captured', '3-D Secure challenge passed'],
  },
  {
    name: 'cart',
    language: 'nodejs',
    version: '3.8.2',
    routes: [
      { method: 'GET', route: '/carts/:user', medianMs: 6 },
      { method: 'PUT', route: '/carts/:user/items', medianMs: 11 },
    ],
    calls: ['catalog'],
    errorShare: 0.003,
    errors: [timeout],
    says: ['item added', 'cart loaded', 'cart merged after login', 'abandoned cart found'],
  },
  {
    name: 'inventory',
    language: 'python',
    version: '0.19.4',
    routes: [{ method: 'POST', route: '/reservations', medianMs: 22 }],
    calls: [],
    errorShare: 0.008,
    errors: [deadlock],
    says: ['stock reserved', 'reservation expired', 'stock level read'],
  },
  {
    name: 'search',
    language: 'go',
    version: '7.0.3',
    routes: [{ method: 'GET', route: '/search', medianMs: 34 }],
    calls: ['catalog'],
    errorShare: 0.002,
    errors: [panic],
    says: ['query answered', 'facets computed', 'query rewritten by synonyms'],
  },
  {
    name: 'catalog',
    language: 'java',
    version: '4.1.0',
    routes: [{ method: 'GET', route: '/products/:id', medianMs: 9 }],
    calls: [],
    errorShare: 0.001,
    errors: [timeout],
    says: ['product read', 'price list loaded', 'cache refreshed'],
  },
  {
    name: 'recommendations',
    language: 'python',
    version: '2.2.2',
    routes: [{ method: 'GET', route: '/recommendations/:user', medianMs: 48 }],
    calls: ['catalog'],
    errorShare: 0.004,
    errors: [timeout],
    says: ['model scored', 'fallback to best sellers', 'candidates ranked'],
  },
]

/** The first so many; beyond the list, replicas with a number. */
export function chooseServices(count: number): Service[] {
  return Array.from({ length: count }, (_, i) => {
    const service = allServices[i % allServices.length] as Service
    const round = Math.floor(i / allServices.length)
    return round === 0 ? service : { ...service, name: `${service.name}-${round + 1}` }
  })
}
