using System.Text.Json.Serialization;
using RecoveryOS.Bench.Backups;
using RecoveryOS.Bench.CheckIns;
using RecoveryOS.Bench.Outbound;
using RecoveryOS.Bench.Texts;

namespace RecoveryOS.Bench;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(BackupFigures))]
[JsonSerializable(typeof(CheckInFigures))]
[JsonSerializable(typeof(Load))]
[JsonSerializable(typeof(OutboxFigures))]
[JsonSerializable(typeof(TextFigures))]
internal sealed partial class BenchJson : JsonSerializerContext;
