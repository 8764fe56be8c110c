using System.Text.Json.Serialization;
using RecoveryOS.Bench.Backups;
using RecoveryOS.Bench.CheckIns;
using RecoveryOS.Bench.Outbound;
using RecoveryOS.Bench.Texts;
using RecoveryOS.Bench.Verifications;

namespace RecoveryOS.Bench;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(BackupFigures))]
[JsonSerializable(typeof(CheckInFigures))]
[JsonSerializable(typeof(Load))]
[JsonSerializable(typeof(OutboxFigures))]
[JsonSerializable(typeof(TextFigures))]
[JsonSerializable(typeof(VerifyFigures))]
internal sealed partial class BenchJson : JsonSerializerContext;
