using System.Text.Json.Serialization;

namespace RecoveryOS.Core.Backups.Wal.Reading;

/// <summary>What is wrong with a piece of WAL.</summary>
[JsonConverter(typeof(WalDamageReasonJson))]
public enum WalDamageReason
{
    /// <summary>Whole segments are missing.</summary>
    Gap,

    /// <summary>A record's bytes don't give its CRC-32C.</summary>
    BadCrc,

    /// <summary>A segment has more or fewer bytes than the server's segment size.</summary>
    WrongSize,

    /// <summary>A segment comes from another cluster.</summary>
    ForeignSystemIdentifier,

    /// <summary>A record does not follow from the one before: no record where one must be, or another predecessor.</summary>
    BrokenChain,

    /// <summary>A page's header is wrong, a record does not go on where it must, or bytes that must be zero are not.</summary>
    BadPage,

    /// <summary>A page belongs to a timeline that the history does not have there.</summary>
    WrongTimeline,

    /// <summary>A timeline without its history file: a restore would not find it.</summary>
    MissingHistory,

    /// <summary>Two files of one name differ: nobody can say which is the WAL.</summary>
    DuplicateWithOtherContent,
}
