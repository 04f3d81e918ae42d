meta:
  id: ipv6_packet
  title: IPv6 packet
  xref:
    rfc: 8200
  license: Apache-2.0
  endian: be
  imports:
    - tcp_segment
seq:
  - id: version
    type: b4
    valid: 6
  - id: traffic_class
    type: b8
  - id: flow_label
    type: b20
  - id: len_body
    -orig-id: Payload Length
    type: u2
  - id: next_header
    type: u1
  - id: hop_limit
    type: u1
  - id: source
    size: 16
  - id: destination
    size: 16
  - id: body
    size: len_body
    type: body(next_header)
types:
  body:
    params:
      - id: kind
        type: u1
        doc: What begins here, as the header before it says.
    seq:
      - id: options
        type: options
        if: kind == 0 or kind == 43 or kind == 60
      - id: fragment
        type: fragment
        if: kind == 44
      - id: tcp
        type: tcp_segment
        if: kind == 6
  options:
    doc: Hop-by-hop options, routing, and destination options are of one form.
    seq:
      - id: next_header
        type: u1
      - id: num_more_words
        -orig-id: Hdr Ext Len
        type: u1
        doc: Length in words of 8 bytes, less the first.
      - id: data
        size: num_more_words * 8 + 6
      - id: body
        type: body(next_header)
  fragment:
    seq:
      - id: next_header
        type: u1
      - id: reserved1
        type: u1
      - id: fragment_offset
        type: b13
        doc: In units of 8 bytes.
      - id: reserved2
        type: b2
      - id: more_fragments
        type: b1
      - id: identification
        type: u4
      - id: body
        type: body(next_header)
        if: not more_fragments and fragment_offset == 0
