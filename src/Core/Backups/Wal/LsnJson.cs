using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecoveryOS.Core.Backups.Wal;

/// <summary>An LSN in JSON is the text that PostgreSQL shows.</summary>
public sealed class LsnJson : JsonConverter<Lsn>
{
    public override Lsn Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Lsn.TryParse(reader.GetString(), out var lsn) ? lsn : throw new JsonException("is not an LSN");

    public override void Write(Utf8JsonWriter writer, Lsn value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
