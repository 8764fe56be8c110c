namespace RecoveryOS.Core.Backups.Wal.Reading;

/// <summary>A record of which the rest lies in the next segment.</summary>
/// <param name="Length">Of the whole record, in bytes.</param>
/// <param name="Read">How many of them have been read.</param>
/// <param name="Crc">The unfinished CRC-32C of those that follow the record's header.</param>
/// <param name="Prefix">The first of them: the header, and the data that is looked at.</param>
public sealed record OpenRecord(Lsn Start, uint Length, uint Read, uint Crc, byte[] Prefix);
