package io.sluice.jobs.records;

import java.lang.reflect.Type;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** Tells Flink of {@link LiveRequestSerializer}. */
public final class LiveRequestType extends TypeInformation<LiveRequest> {
  private static final long serialVersionUID = 1;

  /** Named by {@link LiveRequest}. */
  public static final class Factory extends TypeInfoFactory<LiveRequest> {
    @Override
    public TypeInformation<LiveRequest> createTypeInfo(
        Type type, Map<String, TypeInformation<?>> parameters) {
      return new LiveRequestType();
    }
  }

  @Override
  public TypeSerializer<LiveRequest> createSerializer(SerializerConfig config) {
    return new LiveRequestSerializer();
  }

  @Override
  public Class<LiveRequest> getTypeClass() {
    return LiveRequest.class;
  }

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public String toString() {
    return "LiveRequest";
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof LiveRequestType;
  }

  @Override
  public boolean equals(Object other) {
    return canEqual(other);
  }

  @Override
  public int hashCode() {
    return LiveRequestType.class.hashCode();
  }
}
