using System.Text.Json.Serialization;

namespace RecoveryOS.Core.Backups.Wal.Receiving;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(LsnJson)])]
[JsonSerializable(typeof(ClusterIdentity))]
[JsonSerializable(typeof(PendingChain))]
internal sealed partial class SpoolJson : JsonSerializerContext;
