namespace RecoveryOS.Core.Tests.Backups.Stores;

/// <summary>A sealed object after something happened to it.</summary>
internal sealed record SealedDamage(string What, byte[] Bytes)
{
    private const int Frame = 256 * 1024;
    private const int Header = 46 + 6;

    public static SealedDamage Choose(Random random, byte[] whole)
    {
        var frames = (whole.Length - Header) / Frame;
        var at = random.Next(whole.Length);
        var (first, second) = (random.Next(frames), random.Next(frames - 1));
        second = second >= first ? second + 1 : second;
        return random.Next(7) switch
        {
            0 => new($"bit flipped at {at}", Flip(whole, at, random.Next(8))),
            1 => new($"bit flipped in the header at {at % Header}", Flip(whole, at % Header, random.Next(8))),
            2 => new($"cut at {at}", whole[..at]),
            3 => new($"cut after frame {first}", whole[..(Header + (first * Frame))]),
            4 => new($"frames {first} and {second} swapped", Swap(whole, first, second)),
            5 => new($"frame {first} repeated", [.. whole[..End(first)], .. whole[Start(first)..]]),
            _ => new("bytes appended", [.. whole, .. new byte[random.Next(1, 2 * Frame)]]),
        };
    }

    private static byte[] Flip(byte[] whole, int at, int bit)
    {
        byte[] changed = [.. whole];
        changed[at] ^= (byte)(1 << bit);
        return changed;
    }

    private static byte[] Swap(byte[] whole, int first, int second)
    {
        byte[] changed = [.. whole];
        whole.AsSpan(Start(first), Frame).CopyTo(changed.AsSpan(Start(second)));
        whole.AsSpan(Start(second), Frame).CopyTo(changed.AsSpan(Start(first)));
        return changed;
    }

    private static int Start(int frame) => Header + (frame * Frame);

    private static int End(int frame) => Start(frame + 1);
}
