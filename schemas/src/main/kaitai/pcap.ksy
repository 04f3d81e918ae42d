meta:
  id: pcap
  title: pcap capture file
  license: Apache-2.0
  endian: le
doc: |
  The classic capture file: a header, then packets. Only the header is described here yet.
seq:
  - id: magic
    type: u4
