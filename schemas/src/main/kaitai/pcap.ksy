meta:
  id: pcap
  title: pcap capture file
  file-extension:
    - pcap
    - cap
    - dmp
  license: Apache-2.0
  endian: be
doc: |
  The classic capture file: a header, then packets. The writer's byte order and the unit of the
  timestamps' second half follow from the magic number.
doc-ref: https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap/
seq:
  - id: magic
    -orig-id: Magic Number
    type: u4
    enum: magic
  - id: content
    type: content
types:
  content:
    meta:
      endian:
        switch-on: _root.magic
        cases:
          'magic::le_microseconds': le
          'magic::le_nanoseconds': le
          'magic::le_modified': le
          'magic::be_microseconds': be
          'magic::be_nanoseconds': be
          'magic::be_modified': be
    seq:
      - id: header
        type: header
      - id: packets
        type: packet
        repeat: eos
    types:
      header:
        seq:
          - id: version_major
            -orig-id: Major Version
            type: u2
          - id: version_minor
            -orig-id: Minor Version
            type: u2
          - id: reserved1
            type: u4
            doc: Once the local time zone's correction in seconds; written as 0.
          - id: reserved2
            type: u4
            doc: Once the accuracy of the timestamps; written as 0.
          - id: len_snap
            -orig-id: SnapLen
            type: u4
            doc: The most that was kept of a packet; not to be trusted.
          - id: link_type
            -orig-id: LinkType and additional information
            type: u4
            doc: The low 16 bits are the link type, the high bits tell the length of a frame check sequence.
      packet:
        seq:
          - id: timestamp_seconds
            -orig-id: Timestamp (Seconds)
            type: u4
          - id: timestamp_fraction
            -orig-id: Timestamp (Microseconds or nanoseconds)
            type: u4
          - id: len_data
            -orig-id: Captured Packet Length
            type: u4
          - id: len_original
            -orig-id: Original Packet Length
            type: u4
          - id: modified
            type: modified
            if: _root.magic == magic::le_modified or _root.magic == magic::be_modified
          - id: data
            size: len_data
      modified:
        doc: What a patched libpcap of the 1990s wrote in addition.
        seq:
          - id: interface_index
            type: u4
          - id: protocol
            type: u2
          - id: packet_type
            type: u1
          - id: padding
            type: u1
enums:
  magic:
    0xa1b2c3d4: be_microseconds
    0xd4c3b2a1: le_microseconds
    0xa1b23c4d: be_nanoseconds
    0x4d3cb2a1: le_nanoseconds
    0xa1b2cd34: be_modified
    0x34cdb2a1: le_modified
