namespace RecoveryOS.Core.Inputs;

/// <summary>One page of a list, newest first. <see cref="NextCursor"/> is null on the last one.</summary>
public sealed record Page<T>(IReadOnlyList<T> Data, string? NextCursor);

/// <summary>Which page is wanted.</summary>
/// <param name="Limit">1–100 rows.</param>
/// <param name="Before">The id after which the page before ended; null for the first page.</param>
public sealed record PageRequest(int Limit, Guid? Before)
{
    public const int MaximumLimit = 100;
    public const int DefaultLimit = 20;

    /// <summary>
    /// Makes the page of one row more than <see cref="Limit"/>, which only tells that there is a next one.
    /// </summary>
    internal Page<T> Cut<T>(List<T> rows, Func<T, Guid> id)
    {
        if (rows.Count <= Limit)
        {
            return new(rows, null);
        }

        rows.RemoveRange(Limit, rows.Count - Limit);
        return new(rows, Cursor.Format(id(rows[^1])));
    }
}
