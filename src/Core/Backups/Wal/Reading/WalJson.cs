using System.Text.Json.Serialization;
using RecoveryOS.Core.Backups.Wal.Chains;

namespace RecoveryOS.Core.Backups.Wal.Reading;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(LsnJson)])]
[JsonSerializable(typeof(ChainProgress))]
[JsonSerializable(typeof(WalReaderState))]
internal sealed partial class WalJson : JsonSerializerContext;
