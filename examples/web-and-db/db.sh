# A database of two rows: one line is asked, one line is the answer.
declare -A rows=([rows]=2 [greeting]="hello from the db")
read -r -t 60 name
echo "${rows[$name]-there is no $name}"
