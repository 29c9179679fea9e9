# What a zsh that is typed into makes of lines when Tab is pressed. Takes a folder with _millrace, then lines.
folder=$1; shift
zmodload zsh/zpty
zpty shell zsh -f -i
say() { zpty -w shell "$1" }
# waits until a file is there: what is typed earlier would be lost
await() { for i in {1..200}; do [[ -s $1 ]] && return; sleep 0.05; done }
say "PROMPT='' RPROMPT=''; stty -echo; fpath=($folder \$fpath); autoload -Uz compinit && compinit -u -D"
say "show() { print -r -- \"\$BUFFER\" > $folder/line; zle kill-buffer }; zle -N show; bindkey '^X^X' show"
say "print ready > $folder/ready"
await $folder/ready
for line in "$@"; do
  rm -f $folder/line
  zpty -w -n shell "$line"$'\t'
  zpty -w -n shell $'\C-x\C-x'
  await $folder/line
  print -r -- "$(<$folder/line)"
  zpty -r -t shell seen >/dev/null 2>&1
done
zpty -d shell
