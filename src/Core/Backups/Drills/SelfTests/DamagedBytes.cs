namespace RecoveryOS.Core.Backups.Drills.SelfTests;

/// <summary>The smallest damage there is: one bit.</summary>
internal static class DamagedBytes
{
    public static byte[] FlipMiddle(byte[] content) => Flip(content, content.Length / 2);

    public static byte[] Flip(byte[] content, int offset)
    {
        content[offset] ^= 0x10;
        return content;
    }
}
