using TempoCos.Cluster.Api.Schemas;

namespace TempoCos.Cluster.Tests.Api.Schemas;

public sealed class GoPatternTests
{
    [Theory]
    [InlineData("^a$", "a", true)]
    [InlineData("^a$", "a\n", false)]
    [InlineData("(?m)^a$", "b\na\nc", true)]
    [InlineData(@"^\d+$", "12", true)]
    [InlineData(@"^\d+$", "\u0661", false)]
    [InlineData(@"^[\w]+$", "\u00e9", false)]
    [InlineData("^[[:alpha:]_]+$", "a_B", true)]
    [InlineData("^[[:alpha:]_]+$", "a1", false)]
    [InlineData("^[]a]+$", "]a", true)]
    [InlineData("^[[a]+$", "[a", true)]
    [InlineData("^(?P<name>a)b$", "ab", true)]
    [InlineData(@"^\x{41}$", "A", true)]
    [InlineData(@"^\Qa.b\E$", "a.b", true)]
    [InlineData(@"^\Qa.b\E$", "axb", false)]
    [InlineData(@"^\pL$", "\u00e9", true)]
    [InlineData("^[$]$", "$", true)]
    public void A_pattern_matches_what_it_matches_in_Go(string pattern, string text, bool matches) =>
        GoPattern.Compile(pattern).ShouldNotBeNull().IsMatch(text).ShouldBe(matches);

    [Theory]
    [InlineData("a(?=b)", "error parsing regexp: invalid or unsupported Perl syntax: `(?=`")]
    [InlineData("(?<!a)b", "error parsing regexp: invalid or unsupported Perl syntax: `(?<!`")]
    [InlineData(@"(a)\1", @"error parsing regexp: invalid escape sequence: `\1`")]
    [InlineData(@"\y", @"error parsing regexp: invalid escape sequence: `\y`")]
    [InlineData("[a", "error parsing regexp: missing closing ]: `[a`")]
    [InlineData("(a", "error parsing regexp: missing closing ): `(a`")]
    [InlineData("a)", "error parsing regexp: unexpected ): `a)`")]
    [InlineData("*a", "error parsing regexp: missing argument to repetition operator: `*`")]
    [InlineData("a\\", "error parsing regexp: trailing backslash at end of expression: ``")]
    [InlineData(@"\x{}", @"error parsing regexp: invalid escape sequence: `\x{}`")]
    [InlineData(@"a\x{110000000}", @"error parsing regexp: invalid escape sequence: `\x{110000000}`")]
    [InlineData("[[:nonsense:]]", "error parsing regexp: invalid character class range: `[:nonsense:]`")]
    public void What_Go_would_not_take_is_refused_in_its_words(string pattern, string problem)
    {
        GoPattern.Problem(pattern).ShouldBe(problem);
        GoPattern.Compile(pattern).ShouldBeNull();
    }
}
