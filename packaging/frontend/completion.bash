# Completion of sianto for bash. The options are those that sianto --help lists, so that none is forgotten.
# SPDX-License-Identifier: GPL-2.0-or-later
_sianto_options() {
    [ -n "${_sianto_known:-}" ] ||
        _sianto_known=$(sianto --help 2>/dev/null |
            sed -n 's/^  \([a-z][a-z-]*\)=\(.*\)$/--\1=\2/p; s/^  -h, \(--help\).*/\1/p; s/^  \(--[a-z-]*\).*/\1/p')
    printf '%s\n' "$_sianto_known"
}

# "asis, label or x" behind an option that takes one of these.
_sianto_values() {
    _sianto_options | sed -n "s/^$1=//p" | grep -v '^[A-Z]' | sed 's/ or /,/; s/, */,/g' | tr ',' '\n' |
        grep -v '^[A-Z]'
}

_sianto() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]:-} name=
    # "=" is a word of its own to bash.
    if [ "$word" = = ]; then
        name=$before word=
    elif [ "$before" = = ]; then
        name=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    if [ -n "$name" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_sianto_values "$name")" -- "$word")
        [ "${#COMPREPLY[@]}" -gt 0 ] || mapfile -t COMPREPLY < <(compgen -f -- "$word")
    elif [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_sianto_options | sed 's/=.*/=/')" -- "$word")
        [[ ${COMPREPLY[0]:-} != *= ]] || compopt -o nospace
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        [ "$COMP_CWORD" -gt 1 ] || mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "key restore lookup stats merge bundle verify" -- "$word")
    fi
}
complete -o filenames -F _sianto sianto
