namespace RecoveryOS.Core.Messaging.CheckInTexts;

/// <summary>
/// The one number in an answer to a question; polite words and the question's own label may stand by.
/// </summary>
internal static class SingleNumber
{
    /// <summary>Null when there is no number, more than one, or words that could change what it means.</summary>
    public static CheckInToken? Read(List<CheckInToken> tokens, CheckInField question)
    {
        CheckInToken? number = null;
        foreach (CheckInToken token in tokens)
        {
            bool isUnit = CheckInWords.IsUnit(token.Text);
            if (token.Kind == CheckInTokenKind.Number && number is null)
            {
                number = token;
            }
            else if (token.Kind == CheckInTokenKind.Word && isUnit && number is { } counted)
            {
                number = counted with { Unit = counted.Unit + token.Text };
            }
            else if (token.Kind == CheckInTokenKind.Word
                ? !CheckInWords.IsPolite(token.Text) && CheckInWords.LabelOf(token.Text) != question
                : token.Text is not ("." or "," or "!" or ":" or "=" or "\n"))
            {
                return null;
            }
        }

        return number;
    }
}
