meta:
  id: ipv4_packet
  title: IPv4 packet
  xref:
    rfc: 791
  license: Apache-2.0
  endian: be
  imports:
    - tcp_segment
seq:
  - id: version
    type: b4
    valid: 4
  - id: num_header_words
    -orig-id: IHL
    type: b4
    doc: Length of the header in words of 4 bytes.
  - id: type_of_service
    type: u1
  - id: len_total
    -orig-id: Total Length
    type: u2
  - id: identification
    type: u2
  - id: reserved
    type: b1
  - id: dont_fragment
    type: b1
  - id: more_fragments
    type: b1
  - id: fragment_offset
    type: b13
    doc: In units of 8 bytes.
  - id: time_to_live
    type: u1
  - id: protocol
    type: u1
  - id: header_checksum
    type: u2
  - id: source
    size: 4
  - id: destination
    size: 4
  - id: options
    size: num_header_words * 4 - 20
  - id: body
    size: len_total - num_header_words * 4
    type:
      switch-on: protocol_of_whole
      cases:
        6: tcp_segment
instances:
  is_fragment:
    value: more_fragments or fragment_offset != 0
  protocol_of_whole:
    value: 'is_fragment ? -1 : protocol'
    doc: A fragment's body is not parsed.
