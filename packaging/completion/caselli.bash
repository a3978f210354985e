# SPDX-License-Identifier: Apache-2.0
# bash completion for caselli; commands, options and choices come from its own help

# numbers of a list, one a line: _caselli_numbers KEY COMMAND...
_caselli_numbers() {
	local key=$1
	shift
	caselli "$@" --json 2>/dev/null | sed -n "s/.*\"$key\": \([0-9][0-9]*\).*/\1/p"
}

# texts of a list, one a line: _caselli_texts KEY COMMAND...
_caselli_texts() {
	local key=$1
	shift
	caselli "$@" --json 2>/dev/null | sed -n "s/.*\"$key\": \"\([^\"]*\)\".*/\1/p" | sort -u
}

_caselli_covers() {
	case $at:$verb in
	1:*) word='show check install remove' ;;
	2:show) word=$(_caselli_texts name covers) && compopt -o default ;;
	2:remove) word=$(_caselli_texts name covers) ;;
	*) compopt -o default ;;
	esac
}

_caselli_access() {
	case $at:$verb in
	1:*) word='list show grant revoke set reset' ;;
	2:show) word=$(compgen -u) ;;
	2:*) word="default $(compgen -u) $(compgen -g -P @)" ;;
	*:grant | *:revoke | *:set) word='job_submit job_query job_manage port_query port_set
		config_query config_set read_control write_dac write_owner delete synchronize
		read write all none' ;;
	esac
}

_caselli_plugins() {
	case $at:$verb in
	1:*) word='add remove' ;;
	2:*) word='provider extension' ;;
	3:remove) word=$(_caselli_texts name plugins) ;;
	4:add) compopt -o default ;;
	esac
}

_caselli_routing() {
	case $at:$verb in
	1:*) word='list enable disable set order test' ;;
	2:list | 2:enable | 2:disable | 2:set) word=$(_caselli_numbers port ports) ;;
	2:order | 3:enable | 3:disable | 3:set) word=$(_caselli_texts method routing list) ;;
	4:set) compopt -o default ;;
	esac
}

_caselli() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local command='' verb='' word='' at=0 w
	COMPREPLY=()
	for w in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		case $w in
		-*) ;;
		*)
			if [ -z "$command" ]; then
				command=$w
			else
				verb=${verb:-$w}
			fi
			at=$((at + 1))
			;;
		esac
	done
	if [ -z "$command" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$(caselli --help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p') --json --server --help --version" -- "$cur")
		return
	fi
	case $prev in
	--resolution | -r) word='standard fine superfine' ;;
	--quality | -q) word='auto text photo' ;;
	--cover | -c) word=$(_caselli_texts name covers) && compopt -o default ;;
	--port) word=$(_caselli_numbers port ports) ;;
	-o | --output) compopt -o default && return ;;
	esac
	if [ -n "$word" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$word" -- "$cur")
		return
	fi
	case $command:$cur in
	*:-*) word=$(caselli "$command" --help | grep -oE -- '--[a-z][a-z-]*' | sort -u) ;;
	show:* | pause:* | resume:* | restart:* | cancel:* | log:*) word=$(_caselli_numbers job jobs -n 200) ;;
	save:* | remove:*) word="$(_caselli_numbers message inbox) $(_caselli_numbers message sent)" ;;
	status:* | port:*) [ $at -gt 1 ] || word=$(_caselli_numbers port ports) ;;
	config:*)
		case $prev in
		config) word='get set' ;;
		get | set) word=$(caselli config get 2>/dev/null | sed '1d; s/ .*//') ;;
		esac
		;;
	covers:*) _caselli_covers ;;
	access:*) _caselli_access ;;
	plugins:*) _caselli_plugins ;;
	routing:*) _caselli_routing ;;
	trace:*) word='port t30 t38 sip rpc store route queue render all' ;;
	send:* | broadcast:*) compopt -o default && return ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$word" -- "$cur")
}
complete -F _caselli caselli
