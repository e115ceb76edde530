import glob,re
seen=set()
for f in glob.glob('/tmp/posq/u_*.out'):
    d=None
    L=open(f).read().split('\n')
    i=0
    blocks=re.split(r'\nMatch #\d+:\n',open(f).read())
    for b in blocks:
        r=re.search(r'(\S+?):(\d+):(\d+): note: "root" binds here',b)
        if not r: continue
        dd=re.search(r'(\S+?):(\d+):(\d+): note: "d" binds here\n([^\n]*)',b)
        fn,l,c=r.group(1),int(r.group(2)),int(r.group(3))
        if (fn,l,c) in seen: continue
        seen.add((fn,l,c))
        s=open(fn).read().split('\n')
        rest=s[l-1].encode()[c-1:].decode()+'\n'+'\n'.join(s[l:l+30])
        kind='DESIG' if re.match(r'\{\s*\.',rest) else ('EMPTY' if re.match(r'\{\s*\}',rest) else 'POS')
        print(kind,f'{fn}:{l}:{c}',dd and (dd.group(1)+' '+dd.group(4).strip()),'|',rest[:60].replace('\n',' '))
