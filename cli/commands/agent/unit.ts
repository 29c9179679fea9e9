export interface UnitOptions {
  node: string
  program: string
  configPath: string
  stateFolder: string
  userName: string
  groups: readonly string[]
}

/**
 * The systemd unit of an agent that may read what its groups may, write its own folder, and nothing else.
 * Source: systemd.exec(5), "Sandboxing".
 */
export function unitText({ node, program, configPath, stateFolder, userName, groups }: UnitOptions): string {
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
${groups.length === 0 ? '' : `SupplementaryGroups=${groups.join(' ')}\n`}WorkingDirectory=${stateFolder}
ReadWritePaths=${stateFolder}
LimitNOFILE=65536
MemoryHigh=384M
MemoryMax=512M

NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
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
