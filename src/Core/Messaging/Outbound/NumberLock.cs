using System.Buffers.Binary;

namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>
/// What keeps a STOP and a send of one number apart: an advisory lock, which a sender shares from before it looks into
/// the opt-out ledger until the provider has answered, and a STOP has for itself until its commit. So a STOP waits for
/// what is on its way, and after its commit nothing is.
/// </summary>
internal static class NumberLock
{
    /// <summary>The key in SQL, of a column that holds a number's hash: its first eight bytes.</summary>
    public static string KeyOf(string column) =>
        $"('x' || encode(substring({column} FROM 1 FOR 8), 'hex'))::bit(64)::bigint";

    public static long Key(ReadOnlySpan<byte> phoneHash) => BinaryPrimitives.ReadInt64BigEndian(phoneHash);
}
