namespace RecoveryOS.Core.Backups.Stores;

/// <summary>A file of lines, of which the last may have been cut short when its writer was killed.</summary>
internal static class LinesOf
{
    private const int Step = 4096;

    /// <summary>The bytes up to the end of the last whole line.</summary>
    public static long WholeLength(FileStream file)
    {
        var buffer = new byte[Step];
        for (var end = file.Length; end > 0; end -= Step)
        {
            var start = Math.Max(0, end - Step);
            var part = buffer.AsSpan(0, (int)(end - start));
            file.Position = start;
            file.ReadExactly(part);
            if (part.LastIndexOf((byte)'\n') is >= 0 and var last)
                return start + last + 1;
        }

        return 0;
    }
}
