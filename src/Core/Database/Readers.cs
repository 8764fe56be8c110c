using System.Data.Common;

namespace RecoveryOS.Core.Database;

internal static class Readers
{
    /// <summary>The value, or null where the column is NULL.</summary>
    public static T? GetNullable<T>(this DbDataReader reader, int ordinal)
        where T : class => reader.IsDBNull(ordinal) ? null : reader.GetFieldValue<T>(ordinal);
}
