// The part of Boost.Math (https://www.boost.org/libs/math, header-only C++) that Swift needs: distributions. No
// exception crosses this border; arguments outside of a distribution's domain give NaN, and a quantile beyond the
// largest number infinity.
#ifndef CBOOSTMATH_H
#define CBOOSTMATH_H

#ifdef __cplusplus
extern "C" {
#endif

// Student's t distribution: the probability of a value up to `t`, and the value not exceeded with probability `p`.
double cboost_student_t_cumulative(double degrees_of_freedom, double t);
double cboost_student_t_quantile(double degrees_of_freedom, double p);

// The chi-squared distribution, likewise.
double cboost_chi_squared_cumulative(double degrees_of_freedom, double x);
double cboost_chi_squared_quantile(double degrees_of_freedom, double p);

// The F distribution: the probability of a ratio up to `x`.
double cboost_fisher_f_cumulative(double numerator, double denominator, double x);

#ifdef __cplusplus
}
#endif
#endif
