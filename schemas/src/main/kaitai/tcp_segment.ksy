meta:
  id: tcp_segment
  title: TCP segment
  xref:
    rfc: 9293
  license: Apache-2.0
  endian: be
seq:
  - id: source_port
    type: u2
  - id: destination_port
    type: u2
  - id: sequence_number
    type: u4
  - id: acknowledgement_number
    type: u4
  - id: num_header_words
    -orig-id: Data Offset
    type: b4
    doc: Length of the header in words of 4 bytes.
  - id: reserved
    type: b4
  - id: flags
    -orig-id: Control bits
    type: u1
  - id: window_size
    type: u2
  - id: checksum
    type: u2
  - id: urgent_pointer
    type: u2
  - id: options
    size: num_header_words * 4 - 20
  - id: payload
    size-eos: true
