# SPDX-License-Identifier: Apache-2.0
# bash completion for caselli; commands, options and choices come from its own help
_caselli() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command='' word
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		case $word in -*) ;; *) command=$word && break ;; esac
	done
	if [ -z "$command" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$(caselli --help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p') --json --server --help --version" -- "$cur")
		return
	fi
	case $prev in
	--resolution | -r) word='standard fine superfine' ;;
	--quality | -q) word='auto text photo' ;;
	-o | --output) COMPREPLY=() && compopt -o default && return ;;
	*) word='' ;;
	esac
	case $command:$cur in
	*:-*) word=$(caselli "$command" --help | grep -oE -- '--[a-z]+' | sort -u) ;;
	show:* | pause:* | resume:* | restart:* | cancel:* | log:*)
		word=$(caselli jobs --json 2>/dev/null | sed -n 's/.*"job": \([0-9]*\).*/\1/p') ;;
	save:* | remove:*)
		word=$(caselli inbox --json 2>/dev/null | sed -n 's/.*"message": \([0-9]*\).*/\1/p') ;;
	status:* | port:*)
		word=$(caselli ports --json 2>/dev/null | sed -n 's/.*"port": \([0-9]*\).*/\1/p') ;;
	config:*)
		case $prev in
		config) word='get set' ;;
		get | set) word=$(caselli config get 2>/dev/null | sed '1d; s/ .*//') ;;
		esac
		;;
	trace:*) word='port t30 t38 sip rpc store route queue render all' ;;
	send:*) [ -n "$word" ] || { compopt -o default && return; } ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$word" -- "$cur")
}
complete -F _caselli caselli
