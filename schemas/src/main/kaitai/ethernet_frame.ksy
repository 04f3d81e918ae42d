meta:
  id: ethernet_frame
  title: Ethernet frame
  xref:
    wikidata: Q11331406
  license: Apache-2.0
  endian: be
  imports:
    - ipv4_packet
    - ipv6_packet
doc: |
  An Ethernet II frame, with any number of VLAN tags. What is no IP is left as bytes.
seq:
  - id: destination
    size: 6
  - id: source
    size: 6
  - id: payload
    type: payload
types:
  payload:
    seq:
      - id: ether_type
        type: u2
        enum: ether_type
      - id: tag
        type: tag
        if: is_tagged
      - id: body
        size-eos: true
        type:
          switch-on: ether_type
          cases:
            'ether_type::ipv4': ipv4_packet
            'ether_type::ipv6': ipv6_packet
        if: not is_tagged
    instances:
      is_tagged:
        value: ether_type == ether_type::customer_tag or ether_type == ether_type::service_tag
  tag:
    doc-ref: IEEE 802.1Q
    seq:
      - id: priority
        type: b3
      - id: drop_eligible
        type: b1
      - id: vlan
        type: b12
      - id: payload
        type: payload
enums:
  ether_type:
    0x0800: ipv4
    0x8100: customer_tag
    0x86dd: ipv6
    0x88a8: service_tag
