meta:
  id: pcapng
  title: pcapng capture file
  file-extension:
    - pcapng
    - ntar
  license: Apache-2.0
  endian: be
doc: |
  The block-structured capture file: sections, each with its own byte order and interfaces. Blocks
  of a type that is not listed here are skipped by their length.
doc-ref: https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcapng/
seq:
  - id: sections
    type: section
    repeat: eos
types:
  section:
    seq:
      - id: block_type
        -orig-id: Block Type
        contents: [0x0a, 0x0d, 0x0d, 0x0a]
      - id: len_total_raw
        -orig-id: Block Total Length
        size: 4
        doc: In the byte order that the next field tells.
      - id: byte_order
        -orig-id: Byte-Order Magic
        type: u4
        enum: byte_order
      - id: content
        type: section_content
    instances:
      len_total:
        value: >-
          byte_order == byte_order::le
          ? len_total_raw[0] + len_total_raw[1] * 0x100 + len_total_raw[2] * 0x10000 + len_total_raw[3] * 0x1000000
          : len_total_raw[3] + len_total_raw[2] * 0x100 + len_total_raw[1] * 0x10000 + len_total_raw[0] * 0x1000000
  section_content:
    meta:
      endian:
        switch-on: _parent.byte_order
        cases:
          'byte_order::le': le
          'byte_order::be': be
    seq:
      - id: version_major
        -orig-id: Major Version
        type: u2
      - id: version_minor
        -orig-id: Minor Version
        type: u2
      - id: len_section
        -orig-id: Section Length
        type: s8
        doc: -1 where the writer did not know it.
      - id: options
        size: _parent.len_total - 28
        doc: About the section's writer; of no use here.
      - id: len_total_again
        -orig-id: Block Total Length
        type: u4
      - id: blocks
        type: block
        repeat: until
        repeat-until: _.is_last
        if: not _io.eof and next_block_type != 0x0a0d0d0a
    instances:
      next_block_type:
        pos: _io.pos
        type: u4
    types:
      block:
        seq:
          - id: block_type
            -orig-id: Block Type
            type: u4
            enum: block_type
          - id: len_total
            -orig-id: Block Total Length
            type: u4
          - id: body
            size: len_total - 12
            type:
              switch-on: block_type
              cases:
                'block_type::interface_description': interface_description
                'block_type::obsolete_packet': obsolete_packet
                'block_type::simple_packet': simple_packet
                'block_type::enhanced_packet': enhanced_packet
          - id: len_total_again
            -orig-id: Block Total Length
            type: u4
        instances:
          is_last:
            value: _io.eof or next_block_type == 0x0a0d0d0a
          next_block_type:
            pos: _io.pos
            type: u4
      interface_description:
        seq:
          - id: link_type
            -orig-id: LinkType
            type: u2
          - id: reserved
            type: u2
          - id: len_snap
            -orig-id: SnapLen
            type: u4
            doc: The most that was kept of a packet, 0 for no limit.
          - id: options
            type: options
            size-eos: true
      enhanced_packet:
        seq:
          - id: interface_index
            -orig-id: Interface ID
            type: u4
          - id: timestamp_upper
            -orig-id: Timestamp (Upper)
            type: u4
          - id: timestamp_lower
            -orig-id: Timestamp (Lower)
            type: u4
          - id: len_data
            -orig-id: Captured Packet Length
            type: u4
          - id: len_original
            -orig-id: Original Packet Length
            type: u4
          - id: data
            size: len_data
      obsolete_packet:
        seq:
          - id: interface_index
            -orig-id: Interface ID
            type: u2
          - id: num_drops
            -orig-id: Drops Count
            type: u2
          - id: timestamp_upper
            -orig-id: Timestamp (Upper)
            type: u4
          - id: timestamp_lower
            -orig-id: Timestamp (Lower)
            type: u4
          - id: len_data
            -orig-id: Captured Packet Length
            type: u4
          - id: len_original
            -orig-id: Original Packet Length
            type: u4
          - id: data
            size: len_data
      simple_packet:
        doc: Belongs to the section's first interface, has no timestamp, and is cut at that interface's len_snap.
        seq:
          - id: len_original
            -orig-id: Original Packet Length
            type: u4
          - id: data
            size-eos: true
            doc: Padded to 4 bytes.
      options:
        seq:
          - id: options
            type: option
            repeat: until
            repeat-until: _.code == option_code::end or _io.eof
            if: not _io.eof
      option:
        seq:
          - id: code
            -orig-id: Option Code
            type: u2
            enum: option_code
          - id: len_value
            -orig-id: Option Length
            type: u2
          - id: value
            size: len_value
            type:
              switch-on: code
              cases:
                'option_code::timestamp_resolution': timestamp_resolution
                'option_code::timestamp_offset': timestamp_offset
          - id: padding
            size: (4 - len_value % 4) % 4
            if: not _io.eof
      timestamp_resolution:
        -orig-id: if_tsresol
        doc: Only in an interface description; the same code means other things elsewhere.
        seq:
          - id: is_binary
            type: b1
            doc: Units are 2^-exponent seconds, else 10^-exponent.
          - id: exponent
            type: b7
      timestamp_offset:
        -orig-id: if_tsoffset
        seq:
          - id: seconds
            type: s8
enums:
  byte_order:
    0x1a2b3c4d: be
    0x4d3c2b1a: le
  block_type:
    0x00000001: interface_description
    0x00000002: obsolete_packet
    0x00000003: simple_packet
    0x00000006: enhanced_packet
  option_code:
    0: end
    1: comment
    9: timestamp_resolution
    14: timestamp_offset
