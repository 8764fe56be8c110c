using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecoveryOS.Core.Backups.Wal.Reading;

/// <summary>Reasons are snake_case in JSON: <c>bad_crc</c>.</summary>
public sealed class WalDamageReasonJson()
    : JsonStringEnumConverter<WalDamageReason>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
