using System.Text.Json.Serialization;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Backups.Drills.Evidence;
using RecoveryOS.Core.Backups.Drills.SelfTests;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Verifications;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups;

/// <summary>
/// The JSON of what lies in stores and in the database: snake_case, times in UTC, LSNs as PostgreSQL writes them.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(LsnJson)])]
[JsonSerializable(typeof(CatalogueEntry))]
[JsonSerializable(typeof(DataManifest))]
[JsonSerializable(typeof(DataProfile))]
[JsonSerializable(typeof(DrillEvidence))]
[JsonSerializable(typeof(DrillTarget))]
[JsonSerializable(typeof(Heartbeat))]
[JsonSerializable(typeof(RecoveryWindow))]
[JsonSerializable(typeof(SelfTestReport))]
[JsonSerializable(typeof(WalFinding))]
[JsonSerializable(typeof(SignedEvidence))]
internal sealed partial class BackupJson : JsonSerializerContext;
