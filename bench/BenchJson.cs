using System.Text.Json.Serialization;
using RecoveryOS.Bench.CheckIns;

namespace RecoveryOS.Bench;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(CheckInFigures))]
[JsonSerializable(typeof(Load))]
internal sealed partial class BenchJson : JsonSerializerContext;
