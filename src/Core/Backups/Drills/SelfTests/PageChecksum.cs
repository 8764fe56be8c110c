using System.Buffers.Binary;

namespace RecoveryOS.Core.Backups.Drills.SelfTests;

/// <summary>PostgreSQL's checksum of a page (storage/checksum_impl.h): what makes a forged page look sound.</summary>
internal static class PageChecksum
{
    public const int PageSize = 8192;

    private const int Sums = 32;
    private const uint Prime = 16777619;
    private const int ChecksumOffset = 8;

    private static readonly uint[] Bases =
    [
        0x5B1F36E9, 0xB8525960, 0x02AB50AA, 0x1DE66D2A, 0x79FF467A, 0x9BB9F8A3, 0x217E7CD2, 0x83E13D2C,
        0xF8D4474F, 0xE39EB970, 0x42C6AE16, 0x993216FA, 0x7B093B5D, 0x98DAFF3C, 0xF718902A, 0x0B1C9CDB,
        0xE58F764B, 0x187636BC, 0x5D7B3BB1, 0xE73DE7DE, 0x92BEC979, 0xCCA6C0B2, 0x304A0979, 0x85AA43D4,
        0x783125BB, 0x6CA8EAA2, 0xE407EAC6, 0x4B5CFC3E, 0x9FBF8C76, 0x15CA20BE, 0xF2CA9FD3, 0x959BD756,
    ];

    /// <summary>Writes the right checksum into a page.</summary>
    /// <param name="block">The page's number in its relation.</param>
    public static void Seal(Span<byte> page, uint block)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(page[ChecksumOffset..], 0);
        var sums = (uint[])Bases.Clone();
        for (var offset = 0; offset < PageSize; offset += Sums * sizeof(uint))
        {
            for (var sum = 0; sum < Sums; sum++)
                sums[sum] = Mix(
                    sums[sum], BinaryPrimitives.ReadUInt32LittleEndian(page[(offset + (sum * sizeof(uint)))..]));
        }

        var all = 0u;
        foreach (var sum in sums)
            all ^= Mix(Mix(sum, 0), 0);
        BinaryPrimitives.WriteUInt16LittleEndian(page[ChecksumOffset..], (ushort)(((all ^ block) % 65535) + 1));
    }

    private static uint Mix(uint sum, uint value)
    {
        var mixed = sum ^ value;
        return unchecked(mixed * Prime) ^ (mixed >> 17);
    }
}
