using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RecoveryOS.Core.Backups.Wal.Reading;

/// <summary>The checksum of WAL records (port/pg_crc32c.h), a piece at a time.</summary>
internal static class Crc32C
{
    public const uint Initial = 0xFFFF_FFFF;

    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        ref var start = ref MemoryMarshal.GetReference(bytes);
        var offset = 0;
        for (; offset <= bytes.Length - sizeof(ulong); offset += sizeof(ulong))
            crc = BitOperations.Crc32C(crc, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, offset)));
        for (; offset < bytes.Length; offset++)
            crc = BitOperations.Crc32C(crc, bytes[offset]);

        return crc;
    }

    public static uint Finish(uint crc) => ~crc;
}
