/** What a newly installed agent goes by: to be edited, with an example of what there is. */
export function starterConfig(dataDir: string): string {
  return `# The configuration of the Millrace agent. Check it with: millrace config check /etc/millrace/millrace.yaml
# The running agent takes up changes by itself; systemctl status millrace-agent shows what it made of them.
dataDir: ${dataDir}
kafka:
  brokers: [127.0.0.1:9092]
agent:
  sources:
    - { type: file, name: system, include: ['/var/log/*.log', /var/log/syslog, /var/log/messages] }
    - { type: journald }
    - { type: hostmetrics }
    # - { type: otlp }
    # - { type: file, name: app, include: ['/srv/app/logs/*.log'], service: app }
  transforms: []
    # - { name: no health checks, type: drop, where: '|= "healthz" | status < 400' }
  spool: { maxBytes: 1073741824 }
`
}
