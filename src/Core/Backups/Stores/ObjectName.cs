using System.Text;

namespace RecoveryOS.Core.Backups.Stores;

/// <summary>What an object may be called: it has to be a path below the store's root wherever the store is.</summary>
internal static class ObjectName
{
    /// <summary>A file's name has at most 255 bytes, and an unfinished one has a longer name.</summary>
    private const int MaximumPartBytes = 200;

    private const int MaximumLength = 900;

    /// <exception cref="ArgumentException">
    /// It is absolute, leaves the store, is hidden, or has characters that not every store takes.
    /// </exception>
    public static string Check(string name) => IsValid(name)
        ? name
        : throw new ArgumentException($"'{name}' is no name of an object", nameof(name));

    private static bool IsValid(string name) => name.Length is > 0 and <= MaximumLength && name.Split('/').All(IsPart);

    // A part that begins with a dot is the folder, its parent, or a file that is still being written.
    private static bool IsPart(string part) => part.Length > 0 && part[0] is not '.' && part[^1] is not ('.' or ' ')
        && Encoding.UTF8.GetByteCount(part) <= MaximumPartBytes
        && !part.Any(
            letter => char.IsControl(letter) || letter is '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|');
}
