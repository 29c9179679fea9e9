import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './shell/app.tsx'
import { isUnknownAsker } from './shell/use-session.ts'
import './tokens.css'
import { SettingsProvider } from './ui/settings.tsx'

const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: error => {
      if (isUnknownAsker(error)) void queryClient.invalidateQueries({ queryKey: ['session'] })
    },
  }),
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false, staleTime: 5_000 } },
})

const root = document.getElementById('root')
if (root === null) throw new Error('the page has no root element')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <SettingsProvider>
        <App />
      </SettingsProvider>
    </QueryClientProvider>
  </StrictMode>,
)
