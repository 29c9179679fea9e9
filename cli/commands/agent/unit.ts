import type { UnitNeeds } from './unit-needs.ts'

export interface UnitOptions {
  node: string
  program: string
  configPath: string
  stateFolder: string
  userName: string
  needs: UnitNeeds
}

/**
 * The systemd unit of an agent that may read what its groups may, write its own folder and those that its configuration names, and nothing else.
 * Source: systemd.exec(5), "Sandboxing".
 */
export function unitText({ node, program, configPath, stateFolder, userName, needs }: UnitOptions): string {
  const { groups, writes, runtime, bindsLowPorts, sharesTemporary } = needs
  const capabilities = bindsLowPorts ? 'CAP_NET_BIND_SERVICE' : ''
  return `[Unit]
Description=Millrace agent: ships this host's logs and metrics
Documentation=man:systemd.exec(5)
After=network-online.target
Wants=network-online.target

[Service]
Type=exec
ExecStart=${node} ${program} agent --config ${configPath}
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=2
TimeoutStopSec=20
User=${userName}
Group=${userName}
${groups.length === 0 ? '' : `SupplementaryGroups=${groups.join(' ')}\n`}${runtime.length === 0 ? '' : `RuntimeDirectory=${runtime.join(' ')}\n`}WorkingDirectory=${stateFolder}
ReadWritePaths=${[stateFolder, ...writes].join(' ')}
LimitNOFILE=65536
MemoryHigh=384M
MemoryMax=512M

NoNewPrivileges=yes
CapabilityBoundingSet=${capabilities}
AmbientCapabilities=${capabilities}
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=${sharesTemporary ? 'no' : 'yes'}
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
LockPersonality=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
UMask=0027

[Install]
WantedBy=multi-user.target
`
}
