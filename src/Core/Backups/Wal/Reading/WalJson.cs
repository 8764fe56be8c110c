using System.Text.Json.Serialization;

namespace RecoveryOS.Core.Backups.Wal.Reading;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters = [typeof(LsnJson)])]
[JsonSerializable(typeof(WalReaderState))]
internal sealed partial class WalJson : JsonSerializerContext;
